# Sourced by every finding: a folder that goes away at the end, and pinned packages in it.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# python_packages name==version …: into a folder of their own, the only one that run_python adds to Python's.
python_packages() {
  python3 -m pip install --quiet --no-compile --disable-pip-version-check --target "$work/packages" "$@"
}

run_python() {
  PYTHONPATH="$work/packages" PYTHONNOUSERSITE=1 python3 "$@"
}

# npm_packages name@version …: into a project of their own, without their install scripts.
npm_packages() {
  (cd "$work" && npm init --yes >/dev/null && npm install --silent --no-audit --no-fund --ignore-scripts "$@" >/dev/null)
}
