/** What must hold of package.json and package-lock.json so that `npm ci` gives the same tree everywhere. */

type Names = Readonly<Record<string, string>>;

export interface LockFile {
  readonly packages: Readonly<Record<string, { readonly resolved?: string; readonly optionalDependencies?: Names }>>;
}

export interface PackageFile {
  readonly dependencies?: Names;
  readonly devDependencies?: Names;
  readonly optionalDependencies?: Names;
}

/**
 * One line for each thing wrong: an optional package (mostly a platform's binary) that the lock file does not hold, so that `npm ci` refuses
 * it on that platform or everywhere; a registry's address; a version that is a range.
 */
export function brokenLock(asked: PackageFile, lock: LockFile): readonly string[] {
  const names = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
  const optional = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !names.has(name))
      .map((name) => `${path === '' ? 'package.json' : path} may need ${name}, which has no entry in the lock file`),
  );
  const addresses = Object.entries(lock.packages).flatMap(([path, { resolved }]) =>
    resolved === undefined ? [] : [`${path} names the registry it came from: ${resolved}`],
  );
  const ranges = Object.entries({ ...asked.dependencies, ...asked.devDependencies, ...asked.optionalDependencies })
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
    .map(([name, version]) => `${name} is not pinned: ${version}`);
  return [...optional, ...addresses, ...ranges];
}
