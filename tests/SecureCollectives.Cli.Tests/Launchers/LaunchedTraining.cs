namespace SecureCollectives.Cli.Tests.Launchers;

/// <summary>
/// What workers that somebody else's launcher starts are given, and no more: three path templates. All other variables of this library, and
/// those of launchers around the tests, are removed.
/// </summary>
internal static class LaunchedTraining
{
    public const int Workers = 4;

    /// <summary>Only to tell a hang.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly string[] Prefixes = ["SECURE_COLLECTIVES_", "SLURM_", "OMPI_", "PMIX_", "PMI_", "TORCHELASTIC_"];

    private static readonly string[] Names = ["RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"];

    /// <summary>Issues the identities and names them by templates.</summary>
    public static async Task<Dictionary<string, string?>> PrepareAsync(TemporaryDirectory directory)
    {
        using var pki = ProgramProcess.Start(
            "secure-collectives", directory, "pki", "throwaway", "--job", "launched", "--rank", $"0-{Workers - 1}", "--out",
                directory.Path);
        var (code, _, error) = await pki.ExitAsync();
        Assert.True(code == 0, string.Join('\n', error));
        return Given(directory);
    }

    /// <summary>The same for identities that are there.</summary>
    public static Dictionary<string, string?> Given(TemporaryDirectory directory)
    {
        var variables = Cleared();
        variables["SECURE_COLLECTIVES_CERTIFICATE"] = directory.Combine("rank-{rank}/certificate.pem");
        variables["SECURE_COLLECTIVES_KEY"] = directory.Combine("rank-{rank}/key.pem");
        variables["SECURE_COLLECTIVES_CA"] = directory.Combine("rank-{rank}/ca.pem");
        return variables;
    }

    /// <summary>An environment in which nothing says where a worker's place is, and programs of the tests are found.</summary>
    public static Dictionary<string, string?> Cleared()
    {
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) || Names.Contains(name))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        variables["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        return variables;
    }

    /// <summary>Rank 0 says at the end that all have the same weights.</summary>
    public static void AssertTrained(int code, string[] output, string[] error)
    {
        Assert.True(code == 0, string.Join('\n', [.. output, .. error]));
        Assert.Single(output, line => line.EndsWith($"weights identical on {Workers} ranks", StringComparison.Ordinal));
    }

    /// <summary>The first of these programs that is on PATH.</summary>
    public static string? OnPath(params string[] programs) => programs
        .SelectMany(program => (
            Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)))
        .FirstOrDefault(File.Exists);
}
