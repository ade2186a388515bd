/**
 * Accounts that Debian, Ubuntu and the servers a panel runs make for themselves, and names that
 * would pass for the site. Nobody may register them; an administrator may still give them out.
 */
export const systemUsernames: ReadonlySet<string> = new Set(
  `admin administrator adm apache apt backup bin bind caddy clamav cron daemon debian dnsmasq docker
  dovecot exim ftp games gatehouse gitea gnats grafana guest haproxy help hostmaster http httpd info
  irc jellyfin kernel list lp lxd mail mailman man memcached messagebus mongodb mysql named
  networkmanager news nfs nginx nobody nogroup ntp null openldap operator plex polkitd postfix
  postgres postmaster prometheus proxy puppet rabbitmq redis rpc rsync root security shutdown smtp
  sshd squid staff statd sudo support svn sync sys syslog system systemd systemd-network
  systemd-resolve systemd-timesync tcpdump tftp tomcat tss ubuntu usbmux user users uucp uuidd valkey
  varnish vmail web webmaster www www-data`.split(/\s+/),
);
