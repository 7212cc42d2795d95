namespace SecureCollectives.Bench.Compare;

/// <summary>One start of one contender's processes, which measures each of its cells once.</summary>
internal interface IContenderPass
{
    /// <summary>The name in progress and in complaints.</summary>
    string Name { get; }

    /// <summary>Whose samples a pass brings: several, where one set of processes measures several variants.</summary>
    IReadOnlyList<Contender> Contenders { get; }

    /// <exception cref="ContenderFailedException">It could not be started, failed, or took too long.</exception>
    Task<IReadOnlyList<CompareSample>> RunAsync(int round, CancellationToken cancellationToken);
}
