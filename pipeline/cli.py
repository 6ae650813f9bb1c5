"""The command line: each command turns its options into one call of the library."""

import contextlib
import gc
import sys
from collections.abc import Callable, Iterator
from typing import Annotated, Any, NoReturn, cast

import typer
from typer.exceptions import TyperException

from pipeline.errors import PipelineError
from pipeline.messages import Messages
from pipeline.model import Dated, Edition, Engine, Lang, Options
from pipeline.periods import choose_period, period_and_files, period_of
from pipeline.platforms import give_memory_back
from pipeline.progress import SILENT, Progress
from pipeline.remote import reached
from pipeline.usage import LANGUAGES, in_own_words, lang_of, sentence_of, speak_utf8, tell

LANG = lang_of(sys.argv[1:])
_say = Messages(LANG)
app = typer.Typer(help=_say("cli.app"), add_completion=True, pretty_exceptions_enable=False)
shelf = typer.Typer(help=_say("cli.catalogue"))
app.add_typer(shelf, name="catalogue")


def _option(key: str, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=_say(f"cli.option.{key}"), **more)


def _one_of(*allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if value not in allowed:
            raise typer.BadParameter(f"{value!r}: {' | '.join(allowed)}")
        return value

    return check


Period = Annotated[str | None, typer.Argument(help=_say("cli.option.period"), show_default=False)]
PeriodOption = Annotated[str, typer.Option("--period", help=_say("cli.option.period"), show_default=False)]
Given = Annotated[str, typer.Argument(help=_say("cli.option.given"), show_default=False)]
Inputs = Annotated[str, _option("inputs", "--inputs", metavar="<path>")]
Outputs = Annotated[str, _option("outputs", "--outputs", metavar="<path>")]
Schemas = Annotated[str, _option("schemas", "--schemas", metavar="<path>")]
Language = Annotated[str, _option("lang", "--lang", callback=_one_of(*LANGUAGES))]
Quiet = Annotated[bool, _option("quiet", "--quiet")]
Jobs = Annotated[int | None, _option("jobs", "--jobs", min=1, show_default=False)]
NoCache = Annotated[bool, _option("no_cache", "--no-cache")]
Strict = Annotated[bool, _option("strict", "--strict")]
FileSeconds = Annotated[float, _option("file_seconds", "--file-seconds", min=0.1, max=86_400)]
MemoryMb = Annotated[int, _option("memory_mb", "--memory-mb", min=256, max=1_048_576)]
_INTERRUPTED = 130  # the exit code of what Ctrl-C ends
INPUTS, OUTPUTS, SCHEMAS = "inputs", "outputs", "schemas"


@app.callback()
def _common(lang: Language = LANG) -> None:
    """``--lang`` may stand before the command too; `lang_of` has read it."""


@app.command(help=_say("cli.consolidate"), epilog=_say("cli.consolidate.epilog"))
def consolidate(
    context: typer.Context,
    period: Period = None,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
    schemas: Schemas = SCHEMAS,
    lang: Language = LANG,
    quiet: Quiet = False,
    jobs: Jobs = None,
    no_cache: NoCache = False,
    strict: Strict = False,
    file_seconds: FileSeconds = 60.0,
    memory_mb: MemoryMb = 2048,
    engine: Annotated[str, _option("engine", "--engine", callback=_one_of("local", "dask"))] = "local",
    scheduler: Annotated[str, _option("scheduler", "--scheduler")] = "",
    edition: Annotated[str, _option("edition", "--edition", callback=_one_of("working", "publication"))] = "working",
) -> None:
    from pipeline import unchanged
    from pipeline.asked import Asked, exit_code, keep, say

    where, which = cast("Engine", engine), cast("Edition", edition)
    options = Options(LANGUAGES[lang], jobs, not no_cache, strict, file_seconds, memory_mb, where, scheduler, which)
    asked = Asked(period, inputs, outputs, schemas, options, quiet)
    with _progress(options.lang, quiet) as progress, reached(inputs, outputs, schemas, progress) as places:
        chosen = choose_period(period, places.inputs)
        summary, dated = unchanged.recall(chosen, places, options), None
        is_new = summary is None
        if summary is None:
            from pipeline import run
            from pipeline.summary import summarise

            done = run.consolidate(chosen, places, options, progress)
            summary, dated = summarise(done, places, options), done.dated
        keep(context.obj or [], asked, places)
    say(summary, asked, is_new=is_new)
    _exit(dated, options.lang, fine=exit_code(summary, options) == 0)


@app.command(help=_say("cli.check"), epilog=_say("cli.check.epilog"))
def check(
    what: Annotated[
        list[str] | None,
        typer.Argument(metavar="PERIOD|FILE", help=_say("cli.option.period_or_files"), show_default=False),
    ] = None,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
    schemas: Schemas = SCHEMAS,
    lang: Language = LANG,
    quiet: Quiet = False,
    jobs: Jobs = None,
    no_cache: NoCache = False,
    strict: Strict = False,
    file_seconds: FileSeconds = 60.0,
    memory_mb: MemoryMb = 2048,
) -> None:
    from pipeline import run

    options = Options(LANGUAGES[lang], jobs, not no_cache, strict, file_seconds, memory_mb)
    with _progress(options.lang, quiet) as progress, reached(inputs, outputs, schemas, progress) as places:
        period, files = period_and_files(what or [], places.inputs)
        done = run.check(period, files, places, options, progress)
    if not quiet:
        from pipeline.terminal import show_check

        show_check(done, places, options, alone=bool(files))
    warned = strict and bool((done.findings["severity"] == "warning").any())
    _exit(done.dated, options.lang, fine=done.complete and not warned)


@app.command(help=_say("cli.accept"), epilog=_say("cli.accept.epilog"))
def accept(
    period: Given,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
    schemas: Schemas = SCHEMAS,
    lang: Language = LANG,
    quiet: Quiet = False,
) -> None:
    from pipeline import store

    with reached(outputs=outputs) as places:  # of the inputs, which accepting does not read, nothing is brought
        kept = store.accept(period_of(period), places.outputs)
    if not quiet:
        typer.echo(Messages(LANGUAGES[lang])("cli.accepted", path=kept))


@app.command(help=_say("cli.verify"), epilog=_say("cli.verify.epilog"))
def verify(
    period: Given,
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
    schemas: Schemas = SCHEMAS,
    lang: Language = LANG,
    quiet: Quiet = False,
) -> None:
    from pipeline.verify import verify_outputs

    with _progress(LANGUAGES[lang], quiet) as progress, reached(inputs, outputs, schemas, progress) as places:
        verdict = verify_outputs(choose_period(period, places.inputs), places, progress)
    say = Messages(LANGUAGES[lang])
    for said in verdict.said:
        if not quiet or not verdict.proven:
            typer.echo(say(said.key, **said.params))
    raise typer.Exit(0 if verdict.proven else 1)


@app.command(help=_say("cli.templates"), epilog=_say("cli.templates.epilog"))
def templates(
    period: Given,
    province: Annotated[str, _option("province", "--province")] = "",
    inputs: Inputs = INPUTS,
    outputs: Outputs = OUTPUTS,
    schemas: Schemas = SCHEMAS,
    lang: Language = LANG,
    quiet: Quiet = False,
) -> None:
    from pipeline import run

    with _progress(LANGUAGES[lang], quiet) as progress, reached(inputs, outputs, schemas, progress) as places:
        chosen = choose_period(period, places.inputs)
        folder, count, dated = run.templates(chosen, province, places, LANGUAGES[lang], progress)
    if not quiet:
        typer.echo(Messages(LANGUAGES[lang])("cli.templates_written", count=count, path=folder))
    _exit(dated, LANGUAGES[lang], fine=True)


@app.command(help=_say("cli.explain"), epilog=_say("cli.explain.epilog"))
def explain(
    period: Given,
    indicator: Annotated[str, typer.Argument(help=_say("cli.option.indicator"), show_default=False)],
    province: Annotated[str, typer.Argument(help=_say("cli.option.of_province"), show_default=False)] = "",
    outputs: Outputs = OUTPUTS,
    schemas: Schemas = SCHEMAS,
    lang: Language = LANG,
) -> None:
    from pipeline import store
    from pipeline.catalogue import load_catalogue
    from pipeline.explain import explain, sought
    from pipeline.terminal import terminal
    from pipeline.terminal_explain import show_explanation

    chosen = period_of(period)
    with reached(outputs=outputs, schemas=schemas) as places:
        catalogue = load_catalogue(places.schemas)
        done = store.load(chosen.id, places.outputs)
    found = explain(done, catalogue, *sought(catalogue, chosen, indicator, province))
    show_explanation(terminal(), found, catalogue, chosen, Messages(LANGUAGES[lang], chosen.year))


@shelf.callback(invoke_without_command=True)
def catalogue(
    context: typer.Context,
    period: PeriodOption = "",
    inputs: Inputs = INPUTS,
    schemas: Schemas = SCHEMAS,
    lang: Language = LANG,
) -> None:
    if context.invoked_subcommand:
        return
    from pipeline.catalogue import load_catalogue
    from pipeline.terminal import terminal
    from pipeline.terminal_catalogue import show_catalogue

    with reached(inputs, schemas=schemas) as places:
        chosen = choose_period(period or None, places.inputs)
        show_catalogue(terminal(), load_catalogue(places.schemas), chosen, Messages(LANGUAGES[lang], chosen.year))


@shelf.command("check", help=_say("cli.catalogue.check"))
def check_catalogue(schemas: Schemas = SCHEMAS, lang: Language = LANG) -> None:
    from pipeline.catalogue import load_catalogue

    with reached(schemas=schemas) as places:
        sound = load_catalogue(places.schemas)
    counts = {"forms": len(sound.forms), "indicators": len(sound.indicators), "targets": len(sound.targets)}
    typer.echo(Messages(LANGUAGES[lang])("cli.catalogue.sound", path=schemas, provinces=len(sound.provinces), **counts))


@contextlib.contextmanager
def _progress(lang: Lang, quiet: bool) -> Iterator[Progress]:
    """Who is told how far a run is: a terminal shows it, nothing else does."""
    if quiet or not sys.stderr.isatty():
        yield SILENT
        return
    from pipeline.terminal_progress import shown

    with shown(Messages(lang)) as progress:
        yield progress


def _exit(dated: Dated | None, lang: Lang, *, fine: bool) -> NoReturn:
    """End with what the run comes to; outputs that are not in their own place are said, however quiet it is to be."""
    if dated:
        tell(Messages(lang)(dated.said.key, **dated.said.params))
    raise typer.Exit(0 if fine and not dated else 1)


def main() -> NoReturn:
    """Run the command line; what stops it is one line on stderr and exit code 2, never a traceback."""
    give_memory_back()
    gc.disable()  # a seventh of the time goes into looking for cycles; none grows before this process ends
    speak_utf8()
    words = sys.argv[1:]
    try:
        code = app(words or ["--help"], standalone_mode=False, obj=words) or 0
    except PipelineError as error:
        _fail(sentence_of(error, _say))
    except TyperException as error:
        _fail(_say("error.usage", detail=in_own_words(error.format_message())))
    except OSError as error:
        _fail(_say("error.system", detail=error))
    except (KeyboardInterrupt, typer.Abort):
        code = _INTERRUPTED
    if code == _INTERRUPTED:  # typer makes one of Ctrl-C itself
        interrupted()
    sys.exit(code)


def interrupted() -> NoReturn:
    """End as who pressed Ctrl-C wants it."""
    tell(_say("cli.interrupted"))
    sys.exit(_INTERRUPTED)


def _fail(sentence: str) -> NoReturn:
    tell(sentence)
    sys.exit(2)
