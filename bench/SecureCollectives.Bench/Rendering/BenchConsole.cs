using System.Globalization;
using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Results;
using Spectre.Console;

namespace SecureCollectives.Bench.Rendering;

/// <summary>
/// Shows a run as it goes: rows as they come, and on a terminal below them what is being measured. Keeps what the reports need.
/// </summary>
internal sealed class BenchConsole(TextWriter output, bool isTerminal) : IEventSink
{
    /// <summary>Where nobody's window limits a line.</summary>
    private const int RedirectedWidth = 200;

    private const double Mebibyte = 1 << 20;

    private readonly IAnsiConsole _console = Create(output, isTerminal);
    private readonly List<ResultRow> _rows = [];
    private StatusContext? _status;
    private string? _collective;

    public MachineDescription? Machine { get; private set; }

    public RunParameters? Parameters { get; private set; }

    public bool IsComplete => MemoryAboveJoinBytes is not null;

    public long? MemoryAboveJoinBytes { get; private set; }

    public IReadOnlyList<ResultRow> Rows => _rows;

    /// <summary>Runs something whose events come here, with a status line where there is a terminal.</summary>
    public async Task<int> ShowAsync(Func<Task<int>> run)
    {
        if (!isTerminal)
        {
            return await run().ConfigureAwait(false);
        }

        return await _console.Status().Spinner(Spinner.Known.Line).StartAsync("starting the workers", async status =>
        {
            _status = status;
            try
            {
                return await run().ConfigureAwait(false);
            }
            finally
            {
                _status = null;
            }
        }).ConfigureAwait(false);
    }

    public void Take(BenchEvent happened)
    {
        switch (happened)
        {
            case RunStarted started:
                (Machine, Parameters) = (started.Machine, started.Parameters);
                foreach (var line in HeaderText.Lines(started.Machine, started.Parameters))
                {
                    WriteLine(line);
                }

                break;
            case NoteTaken note:
                WriteLine($"# {note.Text}");
                break;
            case ProgressMade progress:
                _status?.Status(Markup.Escape($"{progress.Size}/{progress.Sizes} {progress.Text}"));
                break;
            case RowMeasured measured:
                Add(measured.Row);
                break;
            case RunCompleted completed:
                MemoryAboveJoinBytes = completed.MemoryAboveJoinBytes;
                WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"# memory: {completed.MemoryAboveJoinBytes / Mebibyte:0.0} MiB at most above what the same worker had when it had ")
                    + $"just joined, with {completed.Communicators} communicators open and without the caller's buffers.");
                break;
        }
    }

    /// <summary>What stands below the table; to be called when the status line is gone.</summary>
    public void WriteSummary()
    {
        if (_rows.Count == 0)
        {
            return;
        }

        WriteLine("");
        if (!IsComplete)
        {
            WriteLine("The run did not complete; these are the rows so far.");
        }

        OverheadSummary.Write(_console, _rows);
        if (_rows.Sum(row => row.Wrong) is var wrong and > 0)
        {
            WriteLine($"{wrong} elements were WRONG.");
        }
    }

    private static IAnsiConsole Create(TextWriter output, bool isTerminal)
    {
        if (isTerminal)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = RedirectedWidth;
        return console;
    }

    private void Add(ResultRow row)
    {
        _rows.Add(row);
        if (row.Collective != _collective)
        {
            WriteLine("#");
            WriteLine($"# {row.Collective}");
            foreach (var line in TableText.Head)
            {
                WriteLine(line);
            }

            _collective = row.Collective;
        }

        WriteLine(TableText.Line(row));
    }

    /// <summary>Not wrapped: a line longer than the window is the terminal's business.</summary>
    private void WriteLine(string line)
    {
        _console.Write(new Text(line + "\n") { Overflow = Overflow.Fold });
        output.Flush();
    }
}
