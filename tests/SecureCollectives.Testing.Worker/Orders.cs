namespace SecureCollectives.Testing.Worker;

/// <summary>Reads the lines with which the parent process controls this worker. If the parent exits, so does the worker.</summary>
internal static class Orders
{
    private const int ExitAbandoned = 4;

    private static readonly Lock Gate = new();

    /// <summary>Returns the next line. Waits without limit: the parent ends this process with a line, or by exiting.</summary>
    public static string Next()
    {
        lock (Gate)
        {
            if (Console.In.ReadLine() is { } line)
            {
                return line;
            }

            Environment.Exit(ExitAbandoned);
            return string.Empty;
        }
    }

    public static void Say(FormattableString line)
    {
        var text = FormattableString.Invariant(line).ReplaceLineEndings(" ");
        lock (Console.Out)
        {
            Console.Out.WriteLine(text);
        }
    }
}
