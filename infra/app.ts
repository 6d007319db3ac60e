/** What the CDK runs: `deployment` and `code` of its context are the paths of a file and of a folder. */
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import type { Deployment } from '../src/pipeline/deploy/deployment.ts';
import { stacksOf } from './lib/stacks.ts';

const app = new App();
const pathOf = (key: string): string => {
  const value: unknown = app.node.tryGetContext(key);
  if (typeof value === 'string') return value;
  throw new Error(`the context lacks ${key}: tonearm deploy gives it`);
};
stacksOf(app, JSON.parse(readFileSync(pathOf('deployment'), 'utf8')) as Deployment, pathOf('code'));
app.synth();
