"""Completion in shells: the scripts, and what they ask kerlint for when TAB is pressed.

The scripts only pass on the words of the line. What can follow is worked out here, from the table
of options, the rules that are installed and the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from kerlint.command.options import COMMANDS, LINT, Command, Option
from kerlint.config.settings import BACKENDS, KEYS, SettingsError

FILES, FOLDERS = ":files", ":folders"
"""Lines of an answer that ask the shell for names of files or folders."""
ASK = "ask"
"""The word in place of a shell with which a script asks."""

Candidate = tuple[str, str]
"""A word that can be inserted, and what it means."""


def answer(shell: str, words: Sequence[str]) -> Iterator[str]:
    """Yield what can take the place of the last of ``words``, line by line.

    ``words`` are those after ``kerlint``. A line has a word, a tab, and what the word means; or it
    asks for files, and has what is typed of their path.
    """
    words = ["" if shell == "powershell" and word == '""' else word for word in words] or [""]
    typed, raw = words, words[-1]
    if shell == "bash":
        typed = _joined(words)
    # bash takes what comes after "=" and ":" for a word, which is all that it replaces.
    cut = len(typed[-1]) - (0 if raw in _BREAKS else len(raw))
    for word, meaning in _candidates(typed):
        if word in (FILES, FOLDERS):
            before = len(typed[-1]) - len(meaning)
            yield f"{word}\t{meaning[max(cut - before, 0) :]}"
        elif word.startswith(typed[-1]):
            yield f"{word[cut:]}\t{' '.join(meaning.split())}"


_BREAKS = ("=", ":")


def _joined(words: Sequence[str]) -> list[str]:
    """The words as they were typed, of which bash makes three at each "=" and ":"."""
    joined: list[str] = []
    before = ""
    for word in words:
        after_break = before in _BREAKS and len(joined[-1]) > len(before)
        if joined and (after_break or (word in _BREAKS and joined[-1])):
            joined[-1] += word
        else:
            joined.append(word)
        before = word
    return joined


def _candidates(words: Sequence[str]) -> Iterator[Candidate]:
    """What can take the place of the last word; for files and folders, what is typed of them."""
    first, *_ = words
    *before, word = words
    command = LINT
    if before and first in COMMANDS:
        command, before = COMMANDS[first], before[1:]
    flags = {flag: option for option in command.options for flag in option.flags}
    if "--" in before:
        yield from _arguments(command, word)
        return
    last = flags.get(before[-1]) if before else None
    flag, equals, value = word.partition("=")
    if last is not None and last.metavar and not last.optional:
        yield from _values(command, last, word)
    elif equals and flag in flags and flags[flag].metavar:
        for each, meaning in _values(command, flags[flag], value):
            is_path = each in (FILES, FOLDERS)
            yield (each, meaning) if is_path else (f"{flag}={each}", meaning)
    elif word.startswith("-"):
        yield from _flags(command)
    else:
        if not before and command is LINT:
            yield from ((name, each.help) for name, each in COMMANDS.items())
        yield from _arguments(command, word)


def _flags(command: Command) -> Iterator[Candidate]:
    for option in command.options:
        for flag in option.flags:
            yield flag, option.help
        if option.off:
            yield option.off, f"The contrary of {option.flags[0]}"
    yield "--help", "Show this help, and exit"


def _arguments(command: Command, word: str) -> Iterator[Candidate]:
    argument = command.argument
    if argument is None:
        return
    if argument.name == "rules":
        yield from _rules(word)
    elif argument.name == "settings":
        yield from ((name, key.meaning) for name, key in KEYS.items())
    elif argument.name == "shell":
        yield from ((name, f"Print the script for {name}") for name in SCRIPTS)
    else:
        yield FILES, word


def _values(command: Command, option: Option, word: str) -> Iterator[Candidate]:
    """The values of an option of which ``word`` is the beginning."""
    if option.metavar == "PATTERN:RULE":
        head, colon, rest = word.rpartition(":")
        if colon:
            yield from ((f"{head}:{code}", meaning) for code, meaning in _rules(rest))
        else:
            yield FILES, word.rpartition(",")[2]
    elif option.metavar == "RULES":
        yield from _listed(word, _rules)
    elif option.name == "output_format" and command is LINT:
        _, colon, file = word.rpartition(",")[2].partition(":")
        yield from ((FILES, file),) if colon else _listed(word, _formats)
    elif option.name in _WORDS:
        yield from ((each, "") for each in _WORDS[option.name])
    elif option.metavar == "RELEASE":
        yield from _releases()
    elif option.metavar in ("FILE", "PATTERN", "PATTERNS"):
        yield FILES, word
    elif option.metavar == "FOLDER":
        yield FOLDERS, word


_WORDS: Mapping[str, tuple[str, ...]] = {
    "backend": BACKENDS,
    "colour": ("auto", "always", "never"),
    "fail_on": ("error", "warning", "info"),
    "output_format": ("text", "json"),
}


def _listed(word: str, known: Callable[[str], Iterable[Candidate]]) -> Iterator[Candidate]:
    """Of a list with commas, the last part is completed."""
    head, comma, part = word.rpartition(",")
    for each, meaning in known(part):
        yield f"{head}{comma}{each}", meaning


def _rules(word: str) -> Iterator[Candidate]:
    """Codes; names and beginnings of codes only when one of them has been begun."""
    from kerlint.catalogue.codes import catalogue

    upper = word.upper()
    lowered = word != upper
    entries = catalogue()
    for entry in entries:
        # A code is offered as the word is written, or a shell would not take it.
        code = entry.code.lower() if lowered and entry.code.startswith(upper) else entry.code
        yield code, f"{entry.name}: {entry.summary}"
    if word:
        yield from ((entry.name, f"{entry.code}: {entry.summary}") for entry in entries)
    yield "ALL", "All rules"


def _formats(word: str) -> Iterator[Candidate]:
    from kerlint.reports import formats

    yield from ((name, "") for name in formats())


def _releases() -> Iterator[Candidate]:
    from kerlint.keras_api.store import RELEASES

    yield from (("3", "The newest"), ("2", "tf_keras"), ("tf_keras", "Keras 2"))
    yield from ((release, f"Keras {release}") for release in RELEASES if release[:2] == "3.")


# --- the scripts ---------------------------------------------------------------------------------


def script(shell: str) -> str:
    """The script for a shell. Raises ``SettingsError`` when it is not known."""
    if shell not in SCRIPTS:
        *some, last = SCRIPTS
        raise SettingsError([f"the shell must be {', '.join(some)} or {last}, not {shell!r}"])
    return SCRIPTS[shell]


_BASH = r"""# Completion of kerlint in bash. In ~/.bashrc: eval "$(kerlint completion bash)"
_kerlint() {
    local line word
    COMPREPLY=()
    while IFS= read -r line; do
        word=${line#*$'\t'}
        case $line in
            :files$'\t'*)
                type compopt &>/dev/null && compopt -o filenames 2>/dev/null
                while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$word") ;;
            :folders$'\t'*)
                type compopt &>/dev/null && compopt -o filenames 2>/dev/null
                while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$word") ;;
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" completion ask bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _kerlint kerlint
"""

_ZSH = r"""#compdef kerlint
# Completion of kerlint in zsh. In ~/.zshrc, after compinit: eval "$(kerlint completion zsh)"
_kerlint() {
    local line word
    local -a found shown lines
    lines=("${(@f)$($words[1] completion ask zsh -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        word=${line%%$'\t'*}
        line=${line#*$'\t'}
        case $word in
            '') ;;
            :files)
                compset -p $(( $#PREFIX - $#line ))
                _files ;;
            :folders)
                compset -p $(( $#PREFIX - $#line ))
                _files -/ ;;
            *)
                found+=("$word")
                shown+=("${word##*[,=]}${line:+  -- $line}") ;;
        esac
    done
    (( $#found )) && compadd -l -d shown -a found
}
if [ "$funcstack[1]" = "_kerlint" ]; then
    _kerlint "$@"
else
    compdef _kerlint kerlint
fi
"""

_FISH = r"""# Completion of kerlint in fish. In ~/.config/fish/completions/kerlint.fish, or:
# kerlint completion fish | source
function __kerlint_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] completion ask fish -- $words[2..-1] 2>/dev/null)
        if not string match -q ':*' -- $line
            echo $line
            continue
        end
        set -l parts (string split -m 1 \t -- $line)
        set -l path "$parts[2]"
        set -l before (math (string length -- $words[-1]) - (string length -- $path))
        set -l start (string sub -l $before -- $words[-1])
        switch $parts[1]
            case :files
                printf '%s\n' $start(__fish_complete_path $path)
            case :folders
                printf '%s\n' $start(__fish_complete_directories $path)
        end
    end
end
complete -c kerlint -f -a '(__kerlint_complete)'
"""

_POWERSHELL = r"""# Completion of kerlint in PowerShell. In the file $PROFILE:
# kerlint completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName kerlint -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    if ($wordToComplete -eq '') { $words += '""' }
    kerlint completion ask powershell '--' @words 2>$null | ForEach-Object {
        $word, $meaning = $_ -split "`t", 2
        if ($word -in ':files', ':folders') { return }
        if (-not $meaning) { $meaning = $word }
        [System.Management.Automation.CompletionResult]::new(
            $word, $word, 'ParameterValue', $meaning)
    }
}
"""

SCRIPTS: Mapping[str, str] = {
    "bash": _BASH,
    "zsh": _ZSH,
    "fish": _FISH,
    "powershell": _POWERSHELL,
}
