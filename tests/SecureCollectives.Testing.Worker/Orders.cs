namespace SecureCollectives.Testing.Worker;

/// <summary>
/// The lines by which the program that started this worker tells it what to do. A worker whose program has ended ends too.
/// </summary>
internal static class Orders
{
    private const int ExitAbandoned = 4;

    private static readonly Lock Gate = new();

    /// <summary>The next, waited for without limit: the other end of the pipe ends this process, by a line or by its death.</summary>
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
