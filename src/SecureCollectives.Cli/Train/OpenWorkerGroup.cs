namespace SecureCollectives.Cli.Train;

/// <summary>Joins the job described by the environment and opens the communicator that averages gradients.</summary>
internal delegate Task<IWorkerGroup> OpenWorkerGroup(CommunicatorOptions options, CancellationToken cancellationToken);
