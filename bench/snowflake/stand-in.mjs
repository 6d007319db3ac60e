/** A Snowflake in a process of its own, so that its work is not counted as ours. */
import { bundled } from '../bundled.mjs';

const [user, publicKeyFile] = process.argv.slice(2);
const { serveStandIn } = await bundled('bench/snowflake/serve.ts');
await serveStandIn(user, publicKeyFile);
