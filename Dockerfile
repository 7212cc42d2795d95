# An image with the command line and the bench, without SDK, sources or root. docker-compose.yml runs a cluster of it.

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
# CI=true locks the restore: the packages.lock.json files determine the packages, and a package with another hash is refused.
ENV CI=true DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
WORKDIR /source
COPY .editorconfig Directory.Build.props Directory.Build.targets Directory.Packages.props global.json ./
COPY proto/ proto/
COPY src/ src/
COPY bench/ bench/
# Workers whose program and libraries are compiled ahead of time join in a quarter less time. The lock files name no platform, so that an
# ordinary build needs no platform-specific packages. The locked restore therefore comes first and checks every package; the restore during
# publish adds the compiler.
RUN dotnet restore src/SecureCollectives.Cli && dotnet restore bench/SecureCollectives.Bench
RUN publish() { dotnet publish "$1" -c Release -o "$2" --use-current-runtime --no-self-contained -p:PublishReadyToRun=true -p:RestoreLockedMode=false; } \
    && publish src/SecureCollectives.Cli /publish/cli && publish bench/SecureCollectives.Bench /publish/bench

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# The faster AES engine, which exists for x64 only. Without it, .NET's own engine is used.
COPY scripts/install-ipsec-mb /tmp/
RUN /tmp/install-ipsec-mb && rm -rf /tmp/install-ipsec-mb /var/lib/apt/lists/*
# A new volume takes its owner and mode from the directory that it is mounted over. 1654 is the user 'app' of Microsoft's images.
RUN install -d -o 1654 -g 1654 -m 0700 /identity /identities /identities/rank-0 /identities/rank-1 /identities/rank-2 /identities/rank-3
COPY docker/ /usr/local/bin/
COPY --from=build /publish/ /opt/secure-collectives/
# The diagnostics port would be a socket in a read-only file system.
ENV PATH=/opt/secure-collectives/cli:/opt/secure-collectives/bench:$PATH DOTNET_EnableDiagnostics=0
USER 1654:1654
CMD ["secure-collectives", "--help"]
