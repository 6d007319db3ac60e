/** What a runtime does, in its shortest form: asks for an event, gives it to the handler of the bundle, says what came of it. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: folder } = process.env;
const base = `http://${api}/2018-06-01/runtime/invocation`;
const { handler } = await import(pathToFileURL(join(folder, 'index.mjs')).href);

for (;;) {
  const next = await fetch(`${base}/next`);
  const awsRequestId = next.headers.get('lambda-runtime-aws-request-id');
  const deadline = Number(next.headers.get('lambda-runtime-deadline-ms'));
  const event = await next.json();
  const context = { awsRequestId, getRemainingTimeInMillis: () => deadline - Date.now() };
  const [what, said] = await handler(event, context).then(
    (answer) => ['response', answer],
    (error) => ['error', { errorType: error.name, errorMessage: error.message }],
  );
  await fetch(`${base}/${awsRequestId}/${what}`, { method: 'POST', body: JSON.stringify(said ?? null) });
}
