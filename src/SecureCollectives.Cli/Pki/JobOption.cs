using System.CommandLine;
using SecureCollectives.Security.Identity;

namespace SecureCollectives.Cli.Pki;

/// <summary>The option <c>--job</c>: whose workers the certificates name.</summary>
internal static class JobOption
{
    public static Option<string> Create()
    {
        var job = new Option<string>("--job") { Description = "The job's name.", HelpName = "NAME", Required = true };
        job.Validators.Add(result =>
        {
            var name = result.GetValueOrDefault<string>() ?? "";
            if (!WorkerId.IsJob(name))
            {
                result.AddError($"--job must be made of a-z, 0-9, '.', '-' and '_', at most 63 of them, not '{name}'.");
            }
        });
        return job;
    }
}
