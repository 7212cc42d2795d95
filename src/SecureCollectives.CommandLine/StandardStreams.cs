using System.Text;

namespace SecureCollectives.CommandLine;

/// <summary>Where this process prints. A failure of either stream is kept, and fires a token that ends the verb.</summary>
#pragma warning disable CA1001 // The streams live as long as the process, and a source without a timer holds nothing.
internal sealed class StandardStreams
#pragma warning restore CA1001
{
    private static readonly Lazy<StandardStreams> Process = new(static () => new StandardStreams());

    private const string EraseLine = "\r\e[K";

    private readonly CancellationTokenSource _failed = new();
    private readonly Lock _progressGate = new();
    private bool _progressShown;

    private StandardStreams()
    {
        Output = new StandardStream(1, "standard output", Fail, EraseProgress);
        Error = new StandardStream(2, "standard error", Fail, EraseProgress);
        OutputText = TextOn(Output);
        ErrorText = TextOn(Error);

        // Whoever writes must not run what the token's firing sets off.
        void Fail() => _ = _failed.CancelAsync();
    }

    /// <summary>There is one standard output in a process, so there is one of these.</summary>
    public static StandardStreams OfProcess => Process.Value;

    public StandardStream Output { get; }

    public StandardStream Error { get; }

    /// <summary>UTF-8 on <see cref="Output"/>, at once.</summary>
    public TextWriter OutputText { get; }

    /// <summary>UTF-8 on <see cref="Error"/>, at once.</summary>
    public TextWriter ErrorText { get; }

    /// <summary>Fires when a stream has failed.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <summary>Of either stream; null while both take what is written.</summary>
    public OutputFailure? Failure => Output.Failure ?? Error.Failure;

    /// <summary>
    /// Says on the stream that still works that the other does not. A reader that has gone needs no words: it is how <c>head</c> ends.
    /// </summary>
    public void Report(string program)
    {
        if (Failure is { IsReaderGone: false } failure)
        {
            (Error.Failure is null ? ErrorText : OutputText).WriteLine($"{program}: {failure.Describe()}");
        }
    }

    /// <summary>
    /// Shows what runs, on a terminal alone, in one line of standard error. It goes before anything else is written to either stream, so
    /// nothing of it stays between the lines of others.
    /// </summary>
    /// <param name="text">Replaces what stood there; empty removes it.</param>
    public void ShowProgress(string text)
    {
        if (Console.IsErrorRedirected)
        {
            return;
        }

        lock (_progressGate)
        {
            if (text.Length == 0 && !_progressShown)
            {
                return;
            }

            // Not the last column: some terminals go to the next line there, which nothing would erase.
            var widest = OutputWidth.OfTerminal() - 1;
            Error.WriteThrough(Encoding.UTF8.GetBytes(EraseLine + (text.Length > widest ? text[..widest] : text)));
            _progressShown = text.Length > 0;
        }
    }

    private void EraseProgress()
    {
        if (!Volatile.Read(ref _progressShown))
        {
            return;
        }

        lock (_progressGate)
        {
            if (_progressShown)
            {
                Error.WriteThrough(Encoding.ASCII.GetBytes(EraseLine));
                _progressShown = false;
            }
        }
    }

    private static TextWriter TextOn(StandardStream stream) => TextWriter.Synchronized(
        new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });
}
