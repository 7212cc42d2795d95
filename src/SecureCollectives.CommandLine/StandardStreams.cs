using System.Text;

namespace SecureCollectives.CommandLine;

/// <summary>
/// The standard output and standard error of this process. A failure of either is kept, and cancels a token that ends the verb.
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

        // The writing thread must not run the callbacks of the token.
        void Fail() => _ = _failed.CancelAsync();
    }

    /// <summary>The only instance: a process has one standard output.</summary>
    public static StandardStreams OfProcess => Process.Value;

    public StandardStream Output { get; }

    public StandardStream Error { get; }

    /// <summary>Writes UTF-8 to <see cref="Output"/>, unbuffered.</summary>
    public TextWriter OutputText { get; }

    /// <summary>Writes UTF-8 to <see cref="Error"/>, unbuffered.</summary>
    public TextWriter ErrorText { get; }

    /// <summary>Cancelled when a stream has failed.</summary>
    public CancellationToken Failed => _failed.Token;

    /// <summary>The first failure of either stream; null while both can be written.</summary>
    public OutputFailure? Failure => Output.Failure ?? Error.Failure;

    /// <summary>
    /// Reports on the stream that still works that the other has failed. A reader that has ended is not reported: <c>head</c> always
    /// ends that way.
    /// </summary>
    public void Report(string program)
    {
        if (Failure is { IsReaderGone: false } failure)
        {
            (Error.Failure is null ? ErrorText : OutputText).WriteLine($"{program}: {failure.Describe()}");
        }
    }

    /// <summary>
    /// Shows the current activity in one line of standard error, only on a terminal. The line is erased before anything else is written to
    /// either stream, so it never stays between other lines.
    /// </summary>
    /// <param name="text">The new text of the line; empty erases it.</param>
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

            // The last column stays empty: some terminals wrap there, and the next line would not be erased.
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
