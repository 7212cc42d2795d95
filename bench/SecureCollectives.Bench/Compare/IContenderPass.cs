namespace SecureCollectives.Bench.Compare;

/// <summary>Starts one contender's processes and measures each of its cells once.</summary>
internal interface IContenderPass
{
    /// <summary>The name in progress and error messages.</summary>
    string Name { get; }

    /// <summary>The contenders whose samples a pass returns: more than one if the same processes measure several variants.</summary>
    IReadOnlyList<Contender> Contenders { get; }

    /// <exception cref="ContenderFailedException">The contender did not start, failed, or took too long.</exception>
    Task<IReadOnlyList<CompareSample>> RunAsync(int round, CancellationToken cancellationToken);
}
