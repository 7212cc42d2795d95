using System.Globalization;

namespace SecureCollectives.Cli.Train;

/// <summary>Prints training progress: a line about each worker's data, then rank 0's epochs and the result.</summary>
internal sealed class TrainingProgress(TrainingOptions options, IWorkerGroup group, TextWriter output, bool quiet)
{
    private const int EpochLines = 10;

    private readonly int _every = (options.Epochs + EpochLines - 1) / EpochLines;

    public void Start(Trainer trainer)
    {
        if (quiet)
        {
            return;
        }

        Write($"rank {group.Rank} of {group.Size} has {trainer.OwnCount} of {trainer.TrainingCount} training images");
    }

    public void Epoch(EpochReport report)
    {
        if (quiet || (report.Epoch % _every != 0 && report.Epoch != options.Epochs))
        {
            return;
        }

        var width = options.Epochs.ToString(CultureInfo.InvariantCulture).Length;
        var epoch = report.Epoch.ToString(CultureInfo.InvariantCulture).PadLeft(width);
        Write($"epoch {epoch}/{options.Epochs}  loss {report.Loss:0.0000}  test accuracy {100 * report.TestAccuracy:0.0} %");
    }

    public void End(TrainingResult result)
    {
        if (group.Rank != 0)
        {
            return;
        }

        Write($"test accuracy {100 * result.TestAccuracy:0.0} %");
        Write($"weights identical on {result.Digests.Length} ranks");
    }

    private void Write(FormattableString line) => output.WriteLine(FormattableString.Invariant(line));
}
