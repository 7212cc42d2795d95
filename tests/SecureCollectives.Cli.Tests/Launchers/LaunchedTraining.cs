namespace SecureCollectives.Cli.Tests.Launchers;

/// <summary>
/// The environment of workers that a third-party launcher starts: three path templates, and nothing else from this library. Variables set
/// by this library, or by a launcher that runs the tests, are removed.
/// </summary>
internal static class LaunchedTraining
{
    public const int Workers = 4;

    /// <summary>Detects hangs only.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly string[] Prefixes = ["SECURE_COLLECTIVES_", "SLURM_", "OMPI_", "PMIX_", "PMI_", "TORCHELASTIC_"];

    private static readonly string[] Names = ["RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT"];

    /// <summary>Issues the identities and returns an environment that names them by templates.</summary>
    public static async Task<Dictionary<string, string?>> PrepareAsync(TemporaryDirectory directory)
    {
        using var pki = ProgramProcess.Start(
            "secure-collectives", directory, "pki", "throwaway", "--job", "launched", "--rank", $"0-{Workers - 1}", "--out",
                directory.Path);
        var (code, _, error) = await pki.ExitAsync();
        Assert.True(code == 0, string.Join('\n', error));
        return Given(directory);
    }

    /// <summary>Returns an environment that names existing identities by templates.</summary>
    public static Dictionary<string, string?> Given(TemporaryDirectory directory)
    {
        var variables = Cleared();
        variables["SECURE_COLLECTIVES_CERTIFICATE"] = directory.Combine("rank-{rank}/certificate.pem");
        variables["SECURE_COLLECTIVES_KEY"] = directory.Combine("rank-{rank}/key.pem");
        variables["SECURE_COLLECTIVES_CA"] = directory.Combine("rank-{rank}/ca.pem");
        return variables;
    }

    /// <summary>Returns an environment without variables that give a worker's place, with the tests' programs on PATH.</summary>
    public static Dictionary<string, string?> Cleared()
    {
        var variables = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) || Names.Contains(name))
            .ToDictionary(name => name, _ => (string?)null, StringComparer.Ordinal);
        variables["PATH"] = $"{AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}";
        return variables;
    }

    /// <summary>Asserts that the workers succeeded and that rank 0 reported identical weights.</summary>
    public static void AssertTrained(int code, string[] output, string[] error)
    {
        Assert.True(code == 0, string.Join('\n', [.. output, .. error]));
        Assert.Single(output, line => line.EndsWith($"weights identical on {Workers} ranks", StringComparison.Ordinal));
    }

    /// <summary>Returns the first of these programs that is on PATH, or null.</summary>
    public static string? OnPath(params string[] programs) => programs
        .SelectMany(program => (
            Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program)))
        .FirstOrDefault(File.Exists);
}
