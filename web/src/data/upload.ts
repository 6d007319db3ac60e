import type { ErrorAnswer, UploadAnswer } from '../../../src/surfaces/http/answers.ts';
import { ApiError, addressOf, unreachable } from './api.ts';

/**
 * Sends a file as it is and resolves with what an import of it would do. `onPart` is told how much of it has gone, 0 to 1. A request of the older
 * kind, since `fetch` does not tell how far a body has come.
 */
export function upload(file: File, account: string | null, onPart: (part: number) => void, signal: AbortSignal): Promise<UploadAnswer> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', addressOf('/api/imports', { name: file.name, account }));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onPart(total === 0 ? 1 : loaded / total);
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(new ApiError({ code: 'cancelled', message: 'The upload was stopped', hint: null }, 0));
    request.onload = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as UploadAnswer);
      else reject(refusal(request));
    };
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function refusal({ status, responseText }: XMLHttpRequest): Error {
  try {
    return new ApiError((JSON.parse(responseText) as ErrorAnswer).error, status);
  } catch (error) {
    const hint = error instanceof Error ? error.message : null;
    return new ApiError({ code: 'upstream', message: `The server answered ${status}`, hint }, status);
  }
}
