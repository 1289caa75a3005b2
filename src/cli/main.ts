import { UsageError } from './usage-error';
import { packageVersion } from '../semantics/package-version';

const HELP = `Usage: cdk8s-istio <command>

Commands:
  check [PATH…|-]   what Istio would refuse, warn about, or do otherwise than meant
  access [PATH…|-]  who may call whom, and which policy says so
  explain CODE      what a finding means, and how to put it right
  rules             all rules

  --version         the version
  --help            this text, or that of a command: cdk8s-istio check --help
`;

/** Runs one command. Exit codes: 0 clean, 1 findings, 2 bad usage. */
export function main(args: readonly string[]): void {
  // `… | head` closes the pipe: nothing is left to say.
  if (!process.stdout.listeners('error').includes(ignoreClosedPipe)) process.stdout.on('error', ignoreClosedPipe);
  try {
    process.exitCode = run(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`cdk8s-istio: ${error.message}\n`);
    process.exitCode = 2;
  }
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

function run([command, ...args]: readonly string[]): number {
  switch (command) {
    case 'check':
      return (require('./check') as typeof import('./check')).checkCommand(args);
    case 'access':
      return (require('./access') as typeof import('./access')).accessCommand(args);
    case 'explain':
      return (require('./explain') as typeof import('./explain')).explainCommand(args);
    case 'rules':
      return (require('./rules') as typeof import('./rules')).rulesCommand(args);
    case '--version':
      process.stdout.write(`${packageVersion()}\n`);
      return 0;
    case '--help':
    case '-h':
    case 'help':
      process.stdout.write(HELP);
      return 0;
    case undefined:
      throw new UsageError(`No command is given.\n\n${HELP}`);
    default:
      throw new UsageError(`There is no command '${command}'.\n\n${HELP}`);
  }
}
