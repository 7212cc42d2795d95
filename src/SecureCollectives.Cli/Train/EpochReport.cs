namespace SecureCollectives.Cli.Train;

/// <summary>Where rank 0 stands after an epoch. <paramref name="Loss"/> is the mean over the epoch's images on all workers.</summary>
internal readonly record struct EpochReport(int Epoch, double Loss, double TestAccuracy);
