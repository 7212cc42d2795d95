namespace SecureCollectives.Bench.Rendering;

/// <summary>One line on a terminal that says what runs; nothing where the output is no terminal.</summary>
internal sealed class ProgressLine(TextWriter output) : IProgress<string>
{
    private const string EraseLine = "\r\e[K";

    /// <param name="value">Replaces what stood there; empty removes it.</param>
    public void Report(string value)
    {
        if (!Console.IsErrorRedirected)
        {
            output.Write(EraseLine + value);
        }
    }
}
