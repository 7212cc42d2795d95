namespace SecureCollectives.Cli.Train;

/// <summary>Rank 0's progress after an epoch. <paramref name="Loss"/> is the mean over the epoch's images on all workers.</summary>
internal readonly record struct EpochReport(int Epoch, double Loss, double TestAccuracy);
