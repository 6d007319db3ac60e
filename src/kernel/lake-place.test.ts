import { expect, it } from 'vitest';
import { bucketOf, bucketText, saysBucket } from './lake-place.ts';

it.each([
  ['s3://my-lake', 'my-lake', ''],
  ['s3://my-lake/', 'my-lake', ''],
  ['s3://my.lake/a/B_c/', 'my.lake', 'a/B_c'],
])('%s is a bucket', (lake, bucket, prefix) => {
  expect(bucketOf(lake)).toEqual({ bucket, prefix });
  expect(bucketText({ bucket, prefix })).toBe(lake.replace(/\/$/, ''));
});

it.each([
  's3://',
  's3://ab',
  's3://UPPER',
  's3://lake//a',
  's3://lake/../a',
  's3://lake/a b',
  's3://lake--x-s3',
  `s3://lake/${'a/'.repeat(300)}b`,
])('%s is meant as a bucket and names none', (lake) => {
  expect(saysBucket(lake)).toBe(true);
  expect(bucketOf(lake)).toBeNull();
});

it.each(['./lake', '/lake', 'C:\\lake', 'lake/s3://x'])('%s is a folder', (lake) => {
  expect(saysBucket(lake)).toBe(false);
  expect(bucketOf(lake)).toBeNull();
});
