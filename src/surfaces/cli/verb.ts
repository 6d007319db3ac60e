import type { Command } from 'commander';
import type { ExitCode } from '../../kernel/exit-code.ts';
import type { Cli } from './cli.ts';

/** Makes a commander action of a verb's work; `work` gets commander's arguments and options, and gives the exit code. */
export type Act = <A extends readonly unknown[]>(work: (cli: Cli, ...given: A) => Promise<ExitCode>) => (...given: A) => Promise<void>;

/** Adds one verb to the program. What it says here must be light: it is loaded for `--version`, too. */
export type AddVerb = (program: Command, act: Act) => void;
