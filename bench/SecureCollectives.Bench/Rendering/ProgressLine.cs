using SecureCollectives.CommandLine;

namespace SecureCollectives.Bench.Rendering;

/// <summary>Shows the current step in one line on a terminal. Prints nothing without a terminal.</summary>
internal sealed class ProgressLine : IProgress<string>
{
    /// <param name="value">The new text of the line; empty to remove the line.</param>
    public void Report(string value) => StandardStreams.OfProcess.ShowProgress(value);
}
