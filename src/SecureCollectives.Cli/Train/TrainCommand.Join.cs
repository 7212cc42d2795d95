using System.CommandLine;

namespace SecureCollectives.Cli.Train;

internal static partial class TrainCommand
{
    /// <summary>Creates the verb for workers that join a real job.</summary>
    public static Command Create() => Create(CommunicatorWorkerGroup.OpenAsync);
}
