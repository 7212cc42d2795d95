namespace SecureCollectives.Testing.Faults.Commands;

/// <summary>Reports the progress of long work on standard error, every few seconds.</summary>
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
