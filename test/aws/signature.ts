/** Signatures as moto_server expects them where rights are enforced: it signs a decoded address, where AWS signs the address as it was sent. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Everything but what would change the meaning of an address. */
const decoded = (text: string): string => text.replace(/%(?!2[356B]|3D|3F)[0-9A-F]{2}/gi, (part) => decodeURIComponent(part));

/** Of a request to S3, signed with Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
export function signedForMoto({ method = '', url = '', headers }: IncomingMessage, secret: string): string {
  const authorization = headers.authorization ?? '';
  const [, date = '', region = '', service = ''] = /Credential=[^/]+\/([^/]+)\/([^/]+)\/([^/]+)/.exec(authorization) ?? [];
  const [, names = ''] = /SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const [path = '', query = ''] = url.split('?');
  const pairs = query === '' ? [] : query.split('&').map((pair) => (pair.includes('=') ? decoded(pair) : `${pair}=`));
  const signed = names.split(';').map(
    (name) =>
      `${name}:${String(headers[name] ?? '')
        .trim()
        .replace(/ +/g, ' ')}\n`,
  );
  const payload = String(headers['x-amz-content-sha256'] ?? '');
  const canonical = [method, decoded(path).replaceAll('%3D', '='), pairs.sort().join('&'), signed.join(''), names, payload].join('\n');
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const key = [region, service, 'aws4_request'].reduce<Buffer>((sum, part) => hmac(sum, part), hmac(`AWS4${secret}`, date));
  return authorization.replace(/Signature=[0-9a-f]+/, `Signature=${hmac(key, text).toString('hex')}`);
}
