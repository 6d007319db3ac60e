import { addAccounts } from './commands/accounts.ts';
import { addBuild } from './commands/build.ts';
import { addCompact } from './commands/compact.ts';
import { addCompletion } from './commands/completion.ts';
import { addCoverage } from './commands/coverage.ts';
import { addDemo } from './commands/demo.ts';
import { addDeploy } from './commands/deploy.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEnrich } from './commands/enrich.ts';
import { addExport } from './commands/export.ts';
import { addForget } from './commands/forget.ts';
import { addFreshness } from './commands/freshness.ts';
import { addImport } from './commands/import.ts';
import { addInit } from './commands/init.ts';
import { addInstallService } from './commands/install-service.ts';
import { addLogin } from './commands/login.ts';
import { addLogout } from './commands/logout.ts';
import { addPlan } from './commands/plan.ts';
import { addPlays } from './commands/plays.ts';
import { addPublish } from './commands/publish.ts';
import { addPurge } from './commands/purge.ts';
import { addQuarantine } from './commands/quarantine.ts';
import { addQuery } from './commands/query.ts';
import { addReadmit } from './commands/readmit.ts';
import { addRebuild } from './commands/rebuild.ts';
import { addRecordings } from './commands/recordings.ts';
import { addRedrive } from './commands/redrive.ts';
import { addReport } from './commands/report.ts';
import { addRetain } from './commands/retain.ts';
import { addRules } from './commands/rules.ts';
import { addRun } from './commands/run.ts';
import { addSchedule } from './commands/schedule.ts';
import { addSchema } from './commands/schema.ts';
import { addServe } from './commands/serve.ts';
import { addSimulate } from './commands/simulate.ts';
import { addSnowflake } from './commands/snowflake.ts';
import { addStatus } from './commands/status.ts';
import { addSweep } from './commands/sweep.ts';
import { addTables } from './commands/tables.ts';
import { addWhy } from './commands/why.ts';
import type { AddVerb } from './verb.ts';

/** Every verb, in the order in which help lists them. */
export const VERBS: readonly AddVerb[] = [
  addDemo,
  addInit,
  addLogin,
  addLogout,
  addAccounts,
  addPlan,
  addRun,
  addEnrich,
  addSchedule,
  addInstallService,
  addImport,
  addBuild,
  addRebuild,
  addServe,
  addStatus,
  addFreshness,
  addDoctor,
  addSweep,
  addCompact,
  addRedrive,
  addForget,
  addPurge,
  addReadmit,
  addRetain,
  addQuarantine,
  addSchema,
  addTables,
  addQuery,
  addReport,
  addCoverage,
  addRules,
  addRecordings,
  addPlays,
  addWhy,
  addExport,
  addPublish,
  addSnowflake,
  addSimulate,
  addDeploy,
  addCompletion,
];
