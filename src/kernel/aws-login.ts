/** Of whoever is not let in. */
export const AWS_LOGIN =
  'Give this command AWS credentials: AWS_PROFILE, or AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY (and AWS_SESSION_TOKEN); `aws sts get-caller-identity` says whose they are.';
const EXPIRED = 'The AWS credentials have expired: renew them (such as `aws sso login`), then run the command again.';

/** Errors of AWS and of its SDK by which nobody is let in, by their names. */
const BY_NAME: Readonly<Record<string, string>> = {
  CredentialsProviderError: AWS_LOGIN,
  InvalidAccessKeyId: AWS_LOGIN,
  InvalidClientTokenId: AWS_LOGIN,
  InvalidSignatureException: AWS_LOGIN,
  InvalidToken: AWS_LOGIN,
  SignatureDoesNotMatch: AWS_LOGIN,
  UnrecognizedClientException: AWS_LOGIN,
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  TokenProviderError: EXPIRED,
};

/** What to do where AWS does not know who asks; null: it is another failure. */
export function awsLoginHint(name: string, message: string): string | null {
  return BY_NAME[name] ?? (/credential/i.test(message) ? AWS_LOGIN : null);
}
