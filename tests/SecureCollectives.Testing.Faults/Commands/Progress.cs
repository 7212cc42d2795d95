namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>Says on the error stream how far long work has come, every few seconds.</summary>
internal sealed class Progress
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private long _last = System.Diagnostics.Stopwatch.GetTimestamp();

    public void Say(string text)
    {
        if (System.Diagnostics.Stopwatch.GetElapsedTime(_last) >= Interval)
        {
            _last = System.Diagnostics.Stopwatch.GetTimestamp();
            Console.Error.WriteLine(text);
        }
    }
}
