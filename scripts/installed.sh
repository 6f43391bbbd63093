# Tells whether .venv holds what the checkout asks for. Sourced, with $root set to the checkout's
# physical path. Starts no process: every start of sipflow-coord waits for it.
#
# A stamp, .venv/installed-use or .venv/installed-dev, holds the path that it was made for (a
# virtual environment cannot be moved) and is as old as the beginning of that installation.

installed() {
    stamp=$root/.venv/installed-$1
    [ -f "$stamp" ] && [ -x "$root/.venv/bin/python" ] || return 1
    for input in "$root/pyproject.toml" "$root/requirements.lock"; do
        [ "$input" -nt "$stamp" ] && return 1
    done
    IFS= read -r place <"$stamp" && [ "$place" = "$root" ]
}
