import { z } from 'zod';
import { scheduleNames } from './schedule.ts';
import { Written } from './written.ts';

/**
 * The JSON schema (draft 7, which editors read) of what tonearm.yaml may say. It knows the shape and the names of streams; what needs more than
 * that, such as whether a time zone exists, is checked when the file is read.
 */
export function settingsSchema(streams: readonly string[]): Readonly<Record<string, unknown>> {
  const schema = z.toJSONSchema(Written, {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema, path }) => {
      if (path.at(-1) === 'schedule') jsonSchema.propertyNames = { enum: [...scheduleNames(streams)] };
      if (path.at(-1) === 'streams' && jsonSchema.type === 'array') jsonSchema.items = { type: 'string', enum: [...streams] };
    },
  });
  return { ...schema, title: 'Settings of Tonearm (tonearm.yaml)' };
}
