namespace SecureCollectives.Launchers;

/// <summary>A program that starts workers and gives them their place in environment variables of its own.</summary>
internal abstract class Launcher
{
    /// <summary>
    /// All supported launchers, in detection order. A worker inherits the variables of nested launchers, and the
    /// innermost one started it, so launchers that others start come first.
    /// </summary>
    public static IReadOnlyList<Launcher> All { get; } =
    [
        new TorchrunLauncher(), new OpenMpiLauncher(), new HydraLauncher(), new PmixLauncher(), new SlurmLauncher(),
        new KubernetesLauncher(),
    ];

    /// <summary>Reads the worker's place from the launcher's variables.</summary>
    /// <returns>Null if the variables of this launcher are not set.</returns>
    public abstract LaunchedPlace? Find(EnvironmentReader variables);
}
