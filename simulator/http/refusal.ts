import { HTTPException } from 'hono/http-exception';

/** An answer that is an error, in the Web API's shape. `reason` stands there for quota and player errors only. */
export function refusal(status: 400 | 401 | 403 | 404 | 429 | 500 | 502 | 503, message: string, reason?: string): HTTPException {
  const body = { error: { status, message, ...(reason === undefined ? {} : { reason }) } };
  return new HTTPException(status, { res: jsonResponse(body, status), message });
}

export function jsonResponse(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } });
}

export const notFound = (): HTTPException => refusal(404, 'Resource not found');
export const forbidden = (): HTTPException => refusal(403, 'Forbidden');
export const outOfScope = (): HTTPException => refusal(403, 'Insufficient client scope');
