using System.Globalization;
using SecureCollectives.Bench.Events;
using SecureCollectives.Bench.Results;
using SecureCollectives.CommandLine;
using Spectre.Console;

namespace SecureCollectives.Bench.Rendering;

/// <summary>
/// Prints a run as it proceeds: each row when it is measured and, on a terminal, the current step below. Keeps the data for the reports.
/// </summary>
/// <param name="output">Receives the lines.</param>
/// <param name="width">The maximum length of a line, in characters.</param>
/// <param name="progress">Receives the current step.</param>
internal sealed class BenchConsole(TextWriter output, int width, IProgress<string> progress) : IEventSink
{
    private const double Mebibyte = 1 << 20;

    private readonly IAnsiConsole _console = Create(output, width);
    private readonly List<ResultRow> _rows = [];
    private TableLayout? _layout;
    private string? _collective;

    public MachineDescription? Machine { get; private set; }

    public RunParameters? Parameters { get; private set; }

    public bool IsComplete => MemoryAboveJoinBytes is not null;

    public long? MemoryAboveJoinBytes { get; private set; }

    public IReadOnlyList<ResultRow> Rows => _rows;

    /// <summary>Runs a measurement that sends its events to this object, and shows its progress on a terminal.</summary>
    public async Task<int> ShowAsync(Func<Task<int>> run)
    {
        progress.Report("starting the workers");
        try
        {
            return await run().ConfigureAwait(false);
        }
        finally
        {
            progress.Report("");
        }
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
            case ProgressMade made:
                progress.Report($"{made.Size}/{made.Sizes} {made.Text}");
                break;
            case RowMeasured measured:
                Add(measured.Row);
                break;
            case RunCompleted completed:
                MemoryAboveJoinBytes = completed.MemoryAboveJoinBytes;
                WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"# memory: at most {completed.MemoryAboveJoinBytes / Mebibyte:0.0} MiB more than the same worker had right after ")
                    + $"joining, with {completed.Communicators} communicators open, without the caller's buffers.");
                break;
        }
    }

    /// <summary>Prints the summary below the table.</summary>
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

        OverheadSummary.Write(_console, WriteLine, _rows);
        if (_rows.Sum(row => row.Wrong) is var wrong and > 0)
        {
            WriteLine($"{wrong} elements were WRONG.");
        }
    }

    /// <summary>
    /// Creates a console for tables, without colours or cursor movements, so that a terminal shows the same text as a file.
    /// </summary>
    private static IAnsiConsole Create(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width;
        return console;
    }

    private void Add(ResultRow row)
    {
        _rows.Add(row);
        if (row.Collective != _collective)
        {
            WriteLine("#");
            WriteLine($"# {row.Collective}");
            if (_layout is null)
            {
                _layout = TableText.Within(width, hasSettings: Parameters is { Settings.Count: > 0 });
                WriteLine(_layout.LeftOut);
            }

            foreach (var line in _layout.Head)
            {
                output.WriteLine(line);
            }

            _collective = row.Collective;
        }

        output.WriteLine(_layout!.Line(row));
        output.Flush();
    }

    private void WriteLine(string? text)
    {
        foreach (var line in text is null ? [] : WrappedText.Lines(text, width))
        {
            output.WriteLine(line);
        }

        output.Flush();
    }
}
