"""The options of each command, and the plain way to parse them.

The table is all there is: the help, and whatever is not plain, is made from it by typer, which
takes longer to import than a small file takes to check (see ``kerlint.command.typed``).
"""

from __future__ import annotations

from collections.abc import Sequence

from kerlint.lazy_dataclass import dataclass

# The groups of options in the help, in order.
_RULES = "Rule selection"
_FILES = "File selection"
_OUTPUT = "Output"
_FIXES = "Fixes"
_KNOWN = "Known findings"
_EXIT = "Exit code"
_EXECUTE = "Experiments"
_CONFIG = "Configuration"
_SPEED = "Cache and performance"
_OTHER = "Other options"

Value = str | bool | list[str] | None
Values = dict[str, Value]
"""What was given for each argument and option, by name."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option, which takes a value if it has a ``metavar`` and is a flag if not.

    ``off`` is the flag that says the contrary. ``repeated``: all values count, in order. ``eager``:
    it is looked at before the others. ``optional``: the value, after ``=``, may be left out; it is
    empty then. ``variable``: it can be given as an environment variable, too.
    """

    name: str
    flags: tuple[str, ...]
    group: str | None
    help: str
    metavar: str = ""
    off: str = ""
    repeated: bool = False
    eager: bool = False
    optional: bool = False
    default: Value = None
    variable: bool = True


@dataclass(frozen=True, slots=True)
class Argument:
    """Words without a flag; there may be any number of them, but none only if not ``required``."""

    name: str
    metavar: str
    help: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """What can be written after ``kerlint``. ``name`` is that of the function for it in cli.py."""

    name: str
    help: str
    options: tuple[Option, ...]
    argument: Argument | None = None


_OUTPUT_FORMAT = Option(
    "output_format",
    ("--output-format",),
    None,
    "Output format: text or json [default: text]",
    metavar="FORMAT",
    default="text",
    variable=False,
)

LINT = Command(
    "lint",
    "Find the bugs in Keras code that training would only show you hours later.",
    argument=Argument(
        "paths",
        "PATHS",
        "Files, folders and notebooks to check, or - for standard input [default: .]",
    ),
    options=(
        Option(
            "select",
            ("--select",),
            _RULES,
            "Check only these rules: codes (KER101), prefixes (KER1), names (softmax-on-one-unit)"
            " or ALL, separated by commas",
            metavar="RULES",
            repeated=True,
        ),
        Option(
            "extend_select",
            ("--extend-select",),
            _RULES,
            "Check these rules in addition to the selected or default ones",
            metavar="RULES",
            repeated=True,
        ),
        Option(
            "ignore",
            ("--ignore",),
            _RULES,
            "Don't check these rules",
            metavar="RULES",
            repeated=True,
        ),
        Option(
            "per_file_ignores",
            ("--per-file-ignores",),
            _RULES,
            "Don't check RULE in files that match PATTERN; several pairs are separated by commas",
            metavar="PATTERN:RULE",
            repeated=True,
        ),
        Option(
            "preview",
            ("--preview",),
            _RULES,
            "Allow preview rules, which are new and may still change",
            off="--no-preview",
            default=None,
        ),
        Option(
            "target_keras",
            ("--target-keras",),
            _RULES,
            "Keras release that the code runs on: 3, a release such as 3.8, 2 or tf_keras "
            "[default: 3, the newest]",
            metavar="RELEASE",
        ),
        Option(
            "backend",
            ("--backend",),
            _RULES,
            "Keras backend that the code runs on: tensorflow, jax, torch, numpy or openvino. No "
            "rule depends on it yet",
            metavar="NAME",
        ),
        Option(
            "exclude",
            ("--exclude",),
            _FILES,
            "Skip files and folders that match these patterns, instead of the default ones",
            metavar="PATTERNS",
            repeated=True,
        ),
        Option(
            "extend_exclude",
            ("--extend-exclude",),
            _FILES,
            "Skip these files and folders as well",
            metavar="PATTERNS",
            repeated=True,
        ),
        Option(
            "force_exclude",
            ("--force-exclude",),
            _FILES,
            "Apply exclusions to files named on the command line, too",
            off="--no-force-exclude",
        ),
        Option(
            "no_fold",
            ("--no-fold",),
            _OUTPUT,
            "Show every finding in full, even if many in a file are the same",
        ),
        Option(
            "respect_gitignore",
            ("--respect-gitignore",),
            _FILES,
            "Skip files that git ignores [default: yes]",
            off="--no-respect-gitignore",
            default=None,
        ),
        Option(
            "max_file_size",
            ("--max-file-size",),
            _FILES,
            "Skip files larger than SIZE [default: 1 MB]",
            metavar="SIZE",
        ),
        Option(
            "stdin_filename",
            ("--stdin-filename",),
            _FILES,
            "Check standard input as if it were the content of FILE",
            metavar="FILE",
            variable=False,
        ),
        Option(
            "show_files",
            ("--show-files",),
            _FILES,
            "List the files that would be checked, and exit",
            variable=False,
        ),
        Option(
            "output_format",
            ("--output-format",),
            _OUTPUT,
            "Report format: full, concise, grouped, json, json-lines, github, gitlab, junit, "
            "sarif, rdjson or html. Several at once: json:report.json,full [default: full]",
            metavar="FORMAT",
        ),
        Option(
            "output_file",
            (
                "--output-file",
                "-o",
            ),
            _OUTPUT,
            "Write the report to FILE",
            metavar="FILE",
        ),
        Option(
            "statistics",
            ("--statistics",),
            _OUTPUT,
            "Show counts per rule instead of findings",
            variable=False,
        ),
        Option(
            "show_unknown",
            ("--show-unknown",),
            _OUTPUT,
            "List the models that kerlint could not read completely, and why",
            variable=False,
        ),
        Option(
            "quiet",
            (
                "--quiet",
                "-q",
            ),
            _OUTPUT,
            "Print findings only, without the summary and warnings about settings",
        ),
        Option(
            "colour",
            ("--color",),
            _OUTPUT,
            "Use colors: auto, always or never [default: auto]",
            metavar="WHEN",
            default="auto",
        ),
        Option(
            "fix",
            ("--fix",),
            _FIXES,
            "Apply safe fixes to the files, and report what remains. Standard input is written to "
            "standard output, fixed",
            off="--no-fix",
            default=None,
        ),
        Option(
            "unsafe_fixes",
            ("--unsafe-fixes",),
            _FIXES,
            "Apply unsafe fixes as well: they are very probably right, but change what the "
            "program does",
            off="--no-unsafe-fixes",
            default=None,
        ),
        Option(
            "diff",
            ("--diff",),
            _FIXES,
            "Print what --fix would change as a diff, without changing a file",
            variable=False,
        ),
        Option(
            "fix_only",
            ("--fix-only",),
            _FIXES,
            "Apply fixes without reporting what remains. Implies --fix",
            off="--no-fix-only",
            default=None,
        ),
        Option(
            "fixable",
            ("--fixable",),
            _FIXES,
            "Apply fixes for these rules only [default: ALL]",
            metavar="RULES",
            repeated=True,
        ),
        Option(
            "unfixable",
            ("--unfixable",),
            _FIXES,
            "Don't apply fixes for these rules",
            metavar="RULES",
            repeated=True,
        ),
        Option(
            "add_ignore",
            ("--add-ignore",),
            _KNOWN,
            "Suppress the findings that are there: write a comment at the line of each of them, "
            "with REASON if it is given",
            metavar="[=REASON]",
            optional=True,
            variable=False,
        ),
        Option(
            "baseline",
            ("--baseline",),
            _KNOWN,
            "Don't report the findings that FILE records, and say how many of them are gone",
            metavar="FILE",
        ),
        Option(
            "no_baseline",
            ("--no-baseline",),
            _KNOWN,
            "Report known findings, too",
            variable=False,
        ),
        Option(
            "write_baseline",
            ("--write-baseline",),
            _KNOWN,
            "Record all findings that are there in FILE. Together with --baseline, only drop from "
            "it what is gone",
            metavar="FILE",
            variable=False,
        ),
        Option(
            "fail_on",
            ("--fail-on",),
            _EXIT,
            "Exit with 1 if a finding is at least this severe: error, warning or info [default: "
            "warning]",
            metavar="SEVERITY",
        ),
        Option(
            "exit_zero",
            ("--exit-zero",),
            _EXIT,
            "Exit with 0 even if there are findings",
        ),
        Option(
            "exit_non_zero_on_fix",
            ("--exit-non-zero-on-fix",),
            _EXIT,
            "Exit with 1 if something was fixed, even if nothing remains",
        ),
        Option(
            "execute",
            ("--execute",),
            _EXECUTE,
            "Check each finding by experiment: build the model twice, as written and repaired, "
            "and compare them. Your own code is never run. Needs TensorFlow",
        ),
        Option(
            "plot",
            ("--plot",),
            _EXECUTE,
            "Draw what the experiments measured under each proof: the gradients of units, outputs "
            "and losses. Implies --execute",
        ),
        Option(
            "execute_timeout",
            ("--execute-timeout",),
            _EXECUTE,
            "Give up on an experiment after SECONDS [default: 20]",
            metavar="SECONDS",
        ),
        Option(
            "write_proof",
            ("--write-proof",),
            _EXECUTE,
            "Save each experiment in FOLDER as a script that runs without kerlint. Implies "
            "--execute",
            metavar="FOLDER",
            variable=False,
        ),
        Option(
            "data",
            ("--data",),
            _EXECUTE,
            "Take the shapes, ranges and classes of inputs and targets from FILEs: x.npy y.npy, as "
            "the program passes them to fit, or one .npz with arrays x and y. Implies --execute",
            metavar="FILE",
            repeated=True,
            variable=False,
        ),
        Option(
            "config",
            ("--config",),
            _CONFIG,
            "Use this config file instead of the nearest one",
            metavar="FILE",
        ),
        Option(
            "isolated",
            ("--isolated",),
            _CONFIG,
            "Ignore all config files",
        ),
        Option(
            "show_settings",
            ("--show-settings",),
            _CONFIG,
            "Print the settings of the first path as TOML, and exit",
            variable=False,
        ),
        Option(
            "jobs",
            (
                "--jobs",
                "-j",
            ),
            _SPEED,
            "Use N processes [default: one per core]",
            metavar="N",
        ),
        Option(
            "no_cache",
            ("--no-cache",),
            _SPEED,
            "Don't read or write the cache",
        ),
        Option(
            "cache_dir",
            ("--cache-dir",),
            _SPEED,
            "Keep the cache in FOLDER",
            metavar="FOLDER",
        ),
        Option(
            "watch",
            (
                "--watch",
                "-w",
            ),
            _OTHER,
            "Check again whenever a file changes. Needs watchfiles",
        ),
        Option(
            "version",
            (
                "--version",
                "-V",
            ),
            _OTHER,
            "Show the version, and exit",
            eager=True,
            variable=False,
        ),
    ),
)
RULES = Command(
    "rules",
    "List all rules with their severity, whether they are on by default, and a summary.",
    options=(_OUTPUT_FORMAT,),
)
EXPLAIN = Command(
    "explain",
    "Explain rules: what goes wrong and why, with code that is wrong and code that is right.",
    argument=Argument(
        "rules",
        "RULES",
        "Codes (KER101), prefixes (KER1), names (softmax-on-one-unit) or ALL",
        required=True,
    ),
    options=(_OUTPUT_FORMAT,),
)
MIGRATE = Command(
    "migrate",
    "Change code for Keras 1 or 2 so that it runs on Keras 3, and list what is left to decide.",
    argument=Argument("paths", "PATHS", "Files and folders to migrate", required=True),
    options=(
        Option(
            "diff",
            ("--diff",),
            None,
            "Print the changes as a diff, and change no file",
            variable=False,
        ),
        Option(
            "execute",
            ("--execute",),
            None,
            "Build each model before and after the changes, and check that they are the same. "
            "Needs TensorFlow",
        ),
        _OUTPUT_FORMAT,
        Option(
            "exclude",
            ("--exclude",),
            None,
            "Skip these files and folders",
            metavar="PATTERN",
            repeated=True,
        ),
        Option("config", ("--config",), None, "Use this config file", metavar="FILE"),
        Option("isolated", ("--isolated",), None, "Ignore all config files"),
        Option("jobs", ("--jobs", "-j"), None, "Use N processes", metavar="N"),
        Option("quiet", ("--quiet", "-q"), None, "Print only what is left to decide"),
    ),
)
SHOW = Command(
    "show",
    "Print the program that a saved model is read as. Findings quote its lines.",
    argument=Argument("models", "MODELS", "Files (.keras, .h5, config.json)", required=True),
    options=(),
)
SERVER = Command(
    "server",
    "Start the language server for editors. It talks over standard input and output.",
    options=(
        Option(
            "stdio", ("--stdio",), None, "Accepted because some editors send it", variable=False
        ),
        Option("version", ("--version", "-V"), None, "Show the version, and exit", variable=False),
    ),
)
CONFIG = Command(
    "config",
    "List all settings, or explain some of them: type, default, and an example.",
    argument=Argument("settings", "SETTINGS", "Names of settings, such as target-keras"),
    options=(
        _OUTPUT_FORMAT,
        Option(
            "schema",
            ("--schema",),
            None,
            "Print the JSON schema of config files, for editors",
            variable=False,
        ),
    ),
)
COMPLETION = Command(
    "completion",
    "Print the script that lets a shell complete commands, options, rules and files.",
    argument=Argument("shell", "SHELL", "bash, zsh, fish or powershell", required=True),
    options=(),
)
COMMANDS = {
    "check": LINT,
    "completion": COMPLETION,
    "config": CONFIG,
    "rules": RULES,
    "explain": EXPLAIN,
    "migrate": MIGRATE,
    "server": SERVER,
    "show": SHOW,
}
"""By their first word. It is a command as the first word only, so that ``kerlint ./rules`` checks a
folder of that name. ``check`` may be left out; editors send it because ruff has it."""


def parse(command: Command, words: Sequence[str], given: Values | None = None) -> Values | None:
    """Return what ``words`` mean, or None for what typer is to answer: help, and what is wrong.

    Several short options in one word are left to typer, too. ``given`` are values from the
    environment, which ``words`` override.
    """
    values: Values = {option.name: option.default for option in command.options}
    usual = dict(values)
    values.update(given or {})
    flags: dict[str, tuple[Option, bool]] = {}
    for option in command.options:
        flags.update((flag, (option, True)) for flag in option.flags)
        if option.off:
            flags[option.off] = (option, False)
    rest: list[str] = []
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            rest.extend(waiting)
        elif len(word) < 2 or word[0] != "-":
            rest.append(word)
        else:
            flag, equals, value = word.partition("=") if word[1] == "-" else (word, "", "")
            if flag not in flags and word[1] != "-":
                flag, equals, value = word[:2], "", word[2:]  # -j4
                if flag not in flags or not flags[flag][0].metavar:
                    return None
                equals = value[:1]
            if flag not in flags:
                return None
            option, on = flags[flag]
            if not option.metavar:
                if equals:
                    return None
                values[option.name] = on
                continue
            if not equals and not option.optional:
                following = next(waiting, None)
                if following is None:
                    return None
                value = following
            if option.repeated:
                before = usual[option.name]  # what words have given until now
                usual[option.name] = [*(before if isinstance(before, list) else ()), value]
                values[option.name] = usual[option.name]
            else:
                values[option.name] = value
    argument = command.argument
    if argument is None:
        return None if rest else values
    if argument.required and not rest:
        return None
    values[argument.name] = rest or None
    return values
