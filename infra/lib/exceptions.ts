import { type Stack, Validations } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';

/** A finding of cdk-nag that is meant so, with the reason; it holds for that construct and what is below it. */
export function acknowledge(scope: IConstruct, id: string, reason: string): void {
  Validations.of(scope).acknowledge({ id, reason });
}

/** Why a resource may end with `*`, by its service; a service that is not here may not. */
const REASONS: Readonly<Record<string, string>> = {
  s3: 'Objects of one zone of one lake: their names hold times and hashes that nobody knows before.',
  secretsmanager: 'Logins of one deployment: an account more needs no other role.',
  glue: 'Tables of one database, which belongs to this deployment alone.',
  logs: 'Streams of one log, which Lambda or Glue name.',
};

/** The `*` at the end of each resource of these statements is meant so. Whatever else is a wildcard stays a finding. */
export function acknowledgeWildcards(scope: IConstruct, stack: Stack, statements: readonly PolicyStatement[]): void {
  const wild = new Set(statements.flatMap(({ resources }) => resources).filter((resource) => /.\*$/.test(resource)));
  for (const resource of wild) {
    const shown = resource
      .replaceAll(stack.partition, '<AWS::Partition>')
      .replaceAll(stack.account, '<AWS::AccountId>')
      .replaceAll(stack.region, stack.region.startsWith('$') ? '<AWS::Region>' : stack.region);
    const reason = REASONS[/^arn:.+?>?:([a-z0-9]+):/.exec(shown)?.[1] ?? ''];
    if (reason !== undefined) acknowledge(scope, `AwsSolutions-IAM5[Resource::${shown}]`, reason);
  }
}
