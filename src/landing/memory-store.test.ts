import { createMemoryStore } from './memory-store.ts';
import { objectStoreContract } from './object-store.contract.ts';

objectStoreContract('memory', async () => createMemoryStore());
