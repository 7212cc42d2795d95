namespace SecureCollectives.Launchers;

/// <summary>A program that starts workers and tells them their place by environment variables of its own.</summary>
internal abstract class Launcher
{
    /// <summary>
    /// All that are known, in the order in which they are looked for: those that other ones start come first, because a worker inherits the
    /// variables of all of them and the innermost started it.
    /// </summary>
    public static IReadOnlyList<Launcher> All { get; } =
    [
        new TorchrunLauncher(), new OpenMpiLauncher(), new HydraLauncher(), new PmixLauncher(), new SlurmLauncher(),
        new KubernetesLauncher(),
    ];

    /// <returns>Null where nothing shows that this launcher started the worker.</returns>
    public abstract LaunchedPlace? Find(EnvironmentReader variables);
}
