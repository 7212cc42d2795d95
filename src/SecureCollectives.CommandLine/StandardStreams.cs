using System.Text;

namespace SecureCollectives.CommandLine;

/// <summary>
/// This process's standard output and standard error. The first failure of either is recorded, and cancels a token that ends the verb.
/// </summary>
#pragma warning disable CA1001 // The streams live as long as the process, and a token source without a timer holds no resources.
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

        // The writing thread must not run the token's callbacks.
        void Fail() => _ = _failed.CancelAsync();
    }

    /// <summary>The only instance, because a process has only one standard output.</summary>
    public static StandardStreams OfProcess => Process.Value;

    public StandardStream Output { get; }

    public StandardStream Error { get; }

    /// <summary>Writes UTF-8 to <see cref="Output"/>, unbuffered.</summary>
    public TextWriter OutputText { get; }

    /// <summary>Writes UTF-8 to <see cref="Error"/>, unbuffered.</summary>
    public TextWriter ErrorText { get; }

    /// <summary>Cancelled when either stream has failed.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <summary>The first failure of either stream; null while both are writable.</summary>
    public OutputFailure? Failure => Output.Failure ?? Error.Failure;

    /// <summary>
    /// Reports a stream's failure on the one that still works. A reader that has gone away is not reported, because <c>head</c> always does
    /// that.
    /// </summary>
    public void Report(string program)
    {
        if (Failure is { IsReaderGone: false } failure)
        {
            (Error.Failure is null ? ErrorText : OutputText).WriteLine($"{program}: {failure.Describe()}");
        }
    }

    /// <summary>
    /// Shows the current activity on one line of standard error, only on a terminal. The line is erased before anything else is written to
    /// either stream, so it never remains between other lines.
    /// </summary>
    /// <param name="text">The line's new text; empty to erase the line.</param>
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

            // Leave the last column empty: some terminals wrap there, and the next line would not be erased.
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
