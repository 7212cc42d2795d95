using System.CommandLine;

namespace SecureCollectives.Cli.Train;

internal static partial class TrainCommand
{
    /// <summary>The verb with real workers.</summary>
    public static Command Create() => Create(CommunicatorWorkerGroup.OpenAsync);
}
