import { Aws, Duration, type Stack } from 'aws-cdk-lib';
import { CfnBudget } from 'aws-cdk-lib/aws-budgets';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  SingleValueWidget,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Deployment } from '../../src/pipeline/deploy/deployment.ts';
import { FUNCTIONS, type FunctionName, METRICS, QUEUES } from '../../src/surfaces/lambda/functions.ts';
import type { Functions } from './functions.ts';
import type { LakeStack } from './lake-stack.ts';
import type { Queues } from './queues.ts';

/** As early as the command line warns of a login's end, twice over. */
const LOGIN_DAYS = 14;
/** Who does not listen for a weekend is left in peace. */
const SILENT_DAYS = 3;
/** In percent of the budget: what was spent, and what AWS expects to be spent by the end of the month. */
const BUDGET_STEPS = [80, 100] as const;

interface Watched {
  readonly stack: Stack;
  readonly deployment: Deployment;
  readonly lake: LakeStack;
  readonly functions: Functions;
  readonly queues: Queues;
}

/** Who is told, of what, and a page to look at. */
export function alarmsOf(watched: Watched): void {
  const topic = alarmTopic(watched);
  const action = new SnsAction(topic);
  for (const { id, metric, above, below, periods = 1, missing = TreatMissingData.NOT_BREACHING, description } of alarmsFor(watched)) {
    const alarm = new Alarm(watched.stack, `alarm-${id}`, {
      alarmName: `${watched.deployment.name}-${id}`,
      alarmDescription: description,
      metric,
      evaluationPeriods: periods,
      threshold: above ?? below ?? 0,
      comparisonOperator: above === undefined ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: missing,
    });
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
  budget(watched, topic);
  dashboard(watched);
}

function alarmTopic({ stack, deployment, lake }: Watched): Topic {
  const topic = new Topic(stack, 'alarms', { topicName: `${deployment.name}-alarms`, masterKey: lake.key, enforceSSL: true });
  const { alarmsTo } = deployment;
  if (alarmsTo !== null) topic.addSubscription(new EmailSubscription(alarmsTo));
  topic.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com'), new ServicePrincipal('budgets.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
}

/** Of this deployment alone: another one in the same AWS account has metrics of the same names. */
const own = ({ name }: Deployment, metricName: string, service: FunctionName, statistic: string, period: Duration): Metric =>
  new Metric({ namespace: METRICS.namespace, metricName, dimensionsMap: { service, deployment: name }, statistic, period });

interface AlarmFacts {
  readonly id: string;
  readonly metric: IMetric;
  readonly above?: number;
  readonly below?: number;
  readonly periods?: number;
  readonly missing?: TreatMissingData;
  readonly description: string;
}

function alarmsFor({ deployment, functions, queues }: Watched): readonly AlarmFacts[] {
  const [minutes, hour, day] = [Duration.minutes(5), Duration.hours(1), Duration.days(1)];
  const failed = FUNCTIONS.map(({ name }) => ({
    id: `${name}-fails`,
    metric: functions[name].metricErrors({ period: hour, statistic: Stats.SUM }),
    // One start that fails is tried twice more.
    above: 3,
    description: `${name} failed more than three times within an hour: its log says why.`,
  }));
  const dead = Object.entries(queues.dead).map(([name, queue]) => ({
    id: `${name}-dead-letters`,
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: minutes, statistic: Stats.MAXIMUM }),
    above: 0,
    description: `What ${name} could not work on waits among the dead letters, for 14 days.`,
  }));
  const waiting = QUEUES.map(({ name }) => ({
    id: `${name}-waits`,
    metric: queues[name].metricApproximateAgeOfOldestMessage({ period: minutes, statistic: Stats.MAXIMUM }),
    above: 3600,
    periods: 3,
    description: `Messages of the queue ${name} wait for more than an hour.`,
  }));
  return [
    ...failed,
    ...dead,
    ...waiting,
    {
      id: 'login-needed',
      metric: own(deployment, METRICS.loginNeeded, 'extract', Stats.SUM, hour),
      above: 0,
      description: 'An account cannot be read until a person logs in again.',
    },
    {
      id: 'login-ends',
      metric: own(deployment, METRICS.loginDaysLeft, 'extract', Stats.MINIMUM, day),
      below: LOGIN_DAYS,
      description: `A login ends within ${LOGIN_DAYS} days: Spotify ends each six months after it was made. Log in again.`,
    },
    {
      id: 'deferred',
      metric: own(deployment, METRICS.deferred, 'extract', Stats.SUM, hour),
      above: 0,
      periods: 6,
      description: 'Spotify has asked for pauses for six hours: the quota of the app is spent, or schedules ask too often.',
    },
    {
      id: 'no-plays',
      metric: own(deployment, METRICS.newestPlayAge, 'build', Stats.MAXIMUM, day),
      above: SILENT_DAYS * 86_400,
      description: `The newest play of an account is older than ${SILENT_DAYS} days: it does not listen, or is not read.`,
    },
    {
      id: 'nothing-read',
      metric: own(deployment, METRICS.requests, 'extract', Stats.SUM, day),
      below: 1,
      missing: TreatMissingData.BREACHING,
      description: 'Not one answer of Spotify was landed for a day.',
    },
    {
      id: 'quarantine',
      metric: own(deployment, METRICS.quarantined, 'build', Stats.SUM, day),
      above: 0,
      description: 'Records were set aside: an answer is not what its contract says.',
    },
  ];
}

/** Of the whole AWS account: costs by tag are known to AWS only where the tag was activated, and a budget that sees nothing never alarms. */
function budget({ stack, deployment: { name, budgetUsd } }: Watched, topic: Topic): void {
  if (budgetUsd === null) return;
  new CfnBudget(stack, 'budget', {
    budget: { budgetName: `${name}-month`, budgetType: 'COST', timeUnit: 'MONTHLY', budgetLimit: { amount: budgetUsd, unit: 'USD' } },
    notificationsWithSubscribers: BUDGET_STEPS.map((threshold) => ({
      notification: {
        notificationType: threshold === 100 ? 'FORECASTED' : 'ACTUAL',
        comparisonOperator: 'GREATER_THAN',
        threshold,
        thresholdType: 'PERCENTAGE',
      },
      subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
    })),
  });
}

function dashboard({ stack, deployment, functions, queues }: Watched): void {
  const hour = Duration.hours(1);
  const graph = (title: string, left: IMetric[]): GraphWidget => new GraphWidget({ title, left, width: 12, height: 6 });
  const all = FUNCTIONS.map(({ name: one }) => functions[one]);
  const dead = Object.values(queues.dead);
  new Dashboard(stack, 'dashboard', {
    dashboardName: deployment.name,
    widgets: [
      [
        new SingleValueWidget({
          title: 'Days until a login ends',
          metrics: [own(deployment, METRICS.loginDaysLeft, 'extract', Stats.MINIMUM, Duration.days(1))],
          width: 8,
          height: 4,
        }),
        new SingleValueWidget({
          title: 'Seconds since the newest play',
          metrics: [own(deployment, METRICS.newestPlayAge, 'build', Stats.MAXIMUM, hour)],
          width: 8,
          height: 4,
        }),
        new SingleValueWidget({
          title: 'Dead letters',
          metrics: dead.map((queue) => queue.metricApproximateNumberOfMessagesVisible()),
          width: 8,
          height: 4,
        }),
      ],
      [
        graph('Answers landed', [
          own(deployment, METRICS.requests, 'extract', Stats.SUM, hour),
          own(deployment, METRICS.deferred, 'extract', Stats.SUM, hour),
        ]),
        graph('Raw objects brought into the tables', [
          own(deployment, METRICS.consumed, 'build', Stats.SUM, hour),
          own(deployment, METRICS.quarantined, 'build', Stats.SUM, hour),
        ]),
      ],
      [
        graph(
          'Failures',
          all.map((one) => one.metricErrors()),
        ),
        graph(
          'How long functions work',
          all.map((one) => one.metricDuration()),
        ),
      ],
      [
        graph(
          'Age of what waits in queues',
          QUEUES.map(({ name: one }) => queues[one].metricApproximateAgeOfOldestMessage()),
        ),
      ],
    ],
  });
}
