/** Texts of a systemd user unit and of a line for cron; pure. */

export interface Service {
  /** Program and its first arguments, absolute paths. */
  readonly command: readonly string[];
  /** Where relative paths of the settings start, absolute. */
  readonly folder: string;
}

/**
 * As systemd reads an argument of `ExecStart=`: quoted; `%` would be a specifier, `$` a variable
 * (https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines).
 */
const argument = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** A setting that takes a path takes the rest of its line, and knows specifiers. */
const path = (text: string): string => text.replaceAll('%', '%%');

/** The unit that keeps `tonearm schedule` running. What it holds is no secret: those come from the file that `EnvironmentFile=` names. */
export const serviceUnit = ({ command, folder }: Service): string => `# Written by \`tonearm install-service\`, which writes it anew.
[Unit]
Description=Tonearm: your Spotify data, kept up to date

[Service]
Type=exec
WorkingDirectory=${path(folder)}
# Secrets stay in that file, which only you should be able to read; it may be absent.
EnvironmentFile=-${path(folder)}/.env
ExecStart=${command.map(argument).join(' ')}
Restart=on-failure
RestartSec=60
# Settings that are wrong stay wrong until a person corrects them.
RestartPreventExitStatus=2
KillSignal=SIGTERM
TimeoutStopSec=30
UMask=0077
# What a unit of a user may do to itself; memory must stay executable for Node.
NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native

[Install]
WantedBy=default.target
`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The same work for a scheduler that starts programs; cron takes `%` for the end of the line. */
export const cronLine = ({ command, folder }: Service): string => {
  const words = [...command, '--once'].map(quoted).join(' ');
  return `*/5 * * * * cd ${quoted(folder)} && set -a && . ./.env && set +a && ${words}`.replaceAll('%', '\\%');
};
