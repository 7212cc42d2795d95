using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Rendering;

/// <summary>One line on a terminal that says what runs; nothing where there is none.</summary>
internal sealed class ProgressLine : IProgress<string>
{
    /// <param name="value">Replaces what stood there; empty removes it.</param>
    public void Report(string value) => StandardStreams.OfProcess.ShowProgress(value);
}
