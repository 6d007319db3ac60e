import type { OptionWords, Place, Values } from './places.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** How each shell is told to load what `tonearm completion` writes. */
export const LOADING: Readonly<Record<Shell, string>> = {
  bash: "echo 'source <(tonearm completion bash)' >> ~/.bashrc",
  zsh: "echo 'source <(tonearm completion zsh)' >> ~/.zshrc    # after compinit",
  fish: 'tonearm completion fish > ~/.config/fish/completions/tonearm.fish',
};

/** A script that teaches the shell the words of every place. */
export function completionScript(shell: Shell, places: readonly Place[]): string {
  return shell === 'fish' ? fishScript(places) : shell === 'zsh' ? zshScript(places) : bashScript(places);
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const isWords = (values: Values): values is readonly string[] => values !== 'paths' && values !== 'free';
const takesValue = ({ value }: OptionWords): boolean => value !== null;

/** Verbs that may follow each place, as `case` patterns. */
const verbPatterns = (places: readonly Place[]): string =>
  places.flatMap(({ path, verbs }) => (path === 'help' ? [] : verbs.map(({ name }) => quoted(`${path}:${name}`)))).join(' | ');

const valuePatterns = (places: readonly Place[]): string =>
  places.flatMap(({ path, options }) => options.filter(takesValue).map(({ name }) => quoted(`${path}:${name}`))).join(' | ');

const wordsAfterOptions = (places: readonly Place[], variable: string, indent: string): string =>
  places
    .flatMap(({ path, options }) =>
      options.flatMap(({ name, value }) =>
        value !== null && isWords(value) ? [`${indent}${quoted(`${path}:${name}`)}) ${variable}=${quoted(value.join(' '))} ;;`] : [],
      ),
    )
    .join('\n');

const wordsOfPlaces = (places: readonly Place[], variable: string, indent: string): string =>
  places
    .flatMap(({ path, verbs, options, argument }) => [
      `${indent}${quoted(path)}:-*) ${variable}=${quoted(options.map(({ name }) => name).join(' '))} ;;`,
      `${indent}${quoted(path)}:*) ${variable}=${quoted([...verbs.map(({ name }) => name), ...(isWords(argument) ? argument : [])].join(' '))} ;;`,
    ])
    .join('\n');

/** Written for bash 3.2 and newer, which macOS still has. Where no word fits, the shell offers files. */
const bashScript = (places: readonly Place[]): string => `# Completion of tonearm for bash. To have it in every shell: ${LOADING.bash}
_tonearm() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} place= words= at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case "$place:\${COMP_WORDS[at]}" in
      ${valuePatterns(places)}) at=$((at + 1)) ;;
      ${verbPatterns(places)}) place="\${place:+$place }\${COMP_WORDS[at]}" ;;
    esac
  done
  case "$place:$before" in
${wordsAfterOptions(places, 'words', '    ')}
    ${valuePatterns(places)}) ;;
    *)
      case "$place:$word" in
${wordsOfPlaces(places, 'words', '        ')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word" || :))
}
complete -o default -F _tonearm tonearm
`;

const zshScript = (places: readonly Place[]): string => `#compdef tonearm
# Completion of tonearm for zsh. To have it in every shell: ${LOADING.zsh}
_tonearm() {
  local word=\${words[CURRENT]} before=\${words[CURRENT-1]} place= found= at
  for ((at = 2; at < CURRENT; at++)); do
    case "$place:\${words[at]}" in
      ${valuePatterns(places)}) at=$((at + 1)) ;;
      ${verbPatterns(places)}) place="\${place:+$place }\${words[at]}" ;;
    esac
  done
  case "$place:$before" in
${wordsAfterOptions(places, 'found', '    ')}
    ${valuePatterns(places)}) ;;
    *)
      case "$place:$word" in
${wordsOfPlaces(places, 'found', '        ')}
      esac
      ;;
  esac
  if [[ -n $found ]]; then
    compadd -- \${=found}
  else
    _files
  fi
}
if [[ "\${funcstack[1]}" == _tonearm ]]; then _tonearm "$@"; else compdef _tonearm tonearm; fi
`;

function fishScript(places: readonly Place[]): string {
  const lines = places.flatMap(({ path, verbs, options, argument }) => {
    const here = `complete -c tonearm -n ${fishQuoted(`__tonearm_at ${fishQuoted(path)}`)}`;
    return [
      ...verbs.map(({ name, summary }) => `${here} -f -a ${fishQuoted(name)} -d ${fishQuoted(summary)}`),
      ...(isWords(argument) ? [`${here} -f -a ${fishQuoted(argument.join(' '))}`] : []),
      ...options.map((option) => `${here} -l ${option.name.slice(2)}${fishValue(option.value)} -d ${fishQuoted(option.description)}`),
    ];
  });
  const nested = places.flatMap(({ path, verbs }) => (path === 'help' ? [] : verbs.map(({ name }) => fishQuoted(`${path}:${name}`))));
  const taking = places.flatMap(({ path, options }) => options.filter(takesValue).map(({ name }) => fishQuoted(`${path}:${name}`)));
  return `# Completion of tonearm for fish. To have it in every shell: ${LOADING.fish}
function __tonearm_at
    set -l place ''
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
            continue
        end
        if contains -- "$place:$word" ${taking.join(' ')}
            set skip 1
        else if contains -- "$place:$word" ${nested.join(' ')}
            set place (string trim -- "$place $word")
        end
    end
    test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
}

const fishQuoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fishValue(value: Values | null): string {
  if (value === null) return '';
  if (value === 'paths') return ' -r -F';
  return isWords(value) ? ` -x -a ${fishQuoted(value.join(' '))}` : ' -x';
}
