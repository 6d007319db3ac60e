/** What a surface needs to know before any setting is read: light, since every command loads it. */
export { CONFIG_FILE, environment } from '../config.ts';
